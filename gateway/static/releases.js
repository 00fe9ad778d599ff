/* New releases appear by themselves; without this script the list is what it was when the page was opened. */
const list = document.getElementById("releases");
if (list && "EventSource" in window) {
  const source = new EventSource(list.dataset.live);
  source.addEventListener("release", (event) => {
    const box = document.createElement("template");
    box.innerHTML = event.data;
    const item = box.content.firstElementChild;
    document.getElementById(item.id)?.remove();
    document.getElementById("empty").hidden = true;
    list.prepend(item);
  });
}
