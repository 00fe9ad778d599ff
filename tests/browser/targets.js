// What is too small to be hit: less than 24 px either way (WCAG 2.2, 2.5.8); a link within a sentence may be as small as its text.
() => {
  const targets = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const isInSentence = (target) =>
    target.matches("a") && [...target.parentNode.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
  const isSmall = (target) => {
    const box = target.getBoundingClientRect();
    return box.width > 0 && Math.min(box.width, box.height) < 24;
  };
  return [...targets].filter((each) => isSmall(each) && !isInSentence(each) && !each.matches(".skip")).map((each) => each.outerHTML);
}
