/* Draws each table beside its figure, of the numbers that stand in it; without this script the tables tell all. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/* A hidden count has no value: nothing is drawn for it. */
const read = (table) => ({
  heads: [...table.tHead.rows[0].cells].slice(1).map((each) => each.textContent),
  names: [...table.tBodies[0].rows].map((row) => row.cells[0].textContent),
  columns: [...table.tHead.rows[0].cells].slice(1).map((_, at) =>
    [...table.tBodies[0].rows].map((row) => {
      const told = row.cells[at + 1].querySelector("data");
      return told ? Number(told.value) : null;
    })),
});

const kinds = {
  line: { type: "line", axis: "x" },
  flows: { type: "bar", axis: "y" },
  pyramid: { type: "bar", axis: "y", mirrored: true },
};

const configured = (told, kind) => {
  const marks = [colour("bar"), colour("warn")];
  const sign = (at) => (kind.mirrored && at === 0 ? -1 : 1);
  const counted = (value) => Math.abs(value).toLocaleString("ja");
  const long = kind.axis === "y" ? "x" : "y";
  const grid = { color: colour("faint") };
  return {
    type: kind.type,
    data: {
      labels: told.names,
      datasets: told.columns.map((values, at) => ({
        label: told.heads[at],
        data: values.map((each) => (each === null ? null : sign(at) * each)),
        backgroundColor: marks[at % 2],
        borderColor: marks[at % 2],
        borderDash: at ? [6, 3] : [],
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: kind.axis,
      color: colour("ink"),
      scales: {
        [long]: { beginAtZero: true, stacked: !!kind.mirrored, grid, ticks: { color: colour("ink"), callback: counted } },
        [kind.axis]: { reverse: !!kind.mirrored, stacked: !!kind.mirrored, grid, ticks: { color: colour("ink"), autoSkip: !kind.mirrored } },
      },
      plugins: {
        legend: { display: told.heads.length > 1 },
        tooltip: { callbacks: { label: (at) => `${at.dataset.label}: ${counted(at.raw)}` } },
      },
    },
  };
};

const draw = (figure) => {
  const told = read(document.getElementById(figure.dataset.table));
  if (!told.names.length) return null;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.dataset.words);
  figure.replaceChildren(canvas);
  figure.hidden = false;
  return new Chart(canvas, configured(told, kinds[figure.dataset.drawn]));
};

let drawn = [];
const drawAll = () => {
  drawn.forEach((each) => each?.destroy());
  drawn = [...document.querySelectorAll("figure[data-drawn]")].map(draw);
};
drawAll();
/* Another ground, another ink: the dark, and paper. */
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", drawAll);
