// Chinese characters that have no reading beside them.
() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/\p{Script=Han}/u.test(text.data) && !text.parentElement.closest("ruby, svg, script")) found.push(text.data.trim());
  }
  return found;
}
