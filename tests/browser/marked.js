// Names that are read out but not shown, with markup in them: a title, a label.
() => {
  const names = [...document.querySelectorAll("*")].flatMap((each) => ["aria-label", "title", "alt"].map((name) => each.getAttribute(name)));
  return [document.title, ...names].filter((each) => each && /[<>]|&[a-z]+;/.test(each));
}
