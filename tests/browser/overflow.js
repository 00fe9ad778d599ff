// What does not fit: the page sideways, or a text in a box that neither grows nor scrolls.
() => {
  const root = document.documentElement;
  const found = root.scrollWidth > root.clientWidth ? [`page: ${root.scrollWidth} of ${root.clientWidth}`] : [];
  for (const box of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(box);
    const isCut = (way) => ["hidden", "clip"].includes(style[`overflow${way}`]);
    const isShort = (isCut("Y") && box.scrollHeight > box.clientHeight + 1) || (isCut("X") && box.scrollWidth > box.clientWidth + 1);
    const edge = box.getBoundingClientRect();
    const isOut = !box.closest(".wide") && edge.width > 0 && edge.right > root.clientWidth + 1;
    if (isShort || isOut) found.push(box.outerHTML.slice(0, 120));
  }
  return found;
}
