// Chinese characters that have no reading beside them. A law (.law) is cited by its own name alone; an option, such as a
// language's own name, can hold no reading.
() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/\p{Script=Han}/u.test(text.data) && !text.parentElement.closest("ruby, svg, script, option, .law")) found.push(text.data.trim());
  }
  return found;
}
