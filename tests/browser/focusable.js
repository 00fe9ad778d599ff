// What Tab leads to, in the order of the page, by place; of radio buttons one of a name, for arrows lead to the others.
() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const seen = new Set();
  return all.flatMap((each, at) => {
    each.dataset.place = at;
    if (each.type !== "radio") return [at];
    const name = `${[...document.forms].indexOf(each.form)} ${each.name}`;
    const chosen = all.find((other) => other.name === each.name && other.form === each.form && other.checked);
    if (seen.has(name) || (chosen && chosen !== each)) return [];
    seen.add(name);
    return [at];
  });
}
