// Where the focus is, and whether somebody can see it there.
() => {
  const its = document.activeElement;
  const style = getComputedStyle(its);
  const box = its.getBoundingClientRect();
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const isInside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return { place: its.dataset.place === undefined ? null : Number(its.dataset.place), isSeen: isMarked && isInside, html: its.outerHTML.slice(0, 160) };
}
