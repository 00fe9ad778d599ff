/* New notices appear by themselves; without this script the list is what it was when the page was opened. */
const list = document.getElementById("notices");
if (list && "EventSource" in window) {
  const source = new EventSource(list.dataset.live);
  source.addEventListener("notice", (event) => {
    const box = document.createElement("template");
    box.innerHTML = event.data;
    const card = box.content.firstElementChild;
    document.getElementById("empty")?.remove();
    document.getElementById(card.id)?.remove();
    list.prepend(card);
  });
  source.addEventListener("left", (event) => {
    const left = new Set(event.data.split(" "));
    for (const card of [...list.children]) if (!left.has(card.id)) card.remove();
  });
  const leave = () => {
    source.close();
    location.assign("/sign-in");
  };
  source.addEventListener("over", leave);
  /* A line that broke is tried again by the browser itself; one that is refused, for the session has ended, is not. */
  source.addEventListener("error", () => source.readyState === EventSource.CLOSED && leave());
}
