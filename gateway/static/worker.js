/* Shows what a push says and leads to the notices. It keeps nothing, and no request of a page passes through it. */
const NOTICES = "/my/notices";

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

async function show(data) {
  const { title, body, lang, tag } = read(data) || {};
  await self.registration.showNotification(title || "回覧", { body: body || "", lang: lang || "", tag: tag || "kairan" });
}

/* Never where the push says: whoever could write one would lead people anywhere. */
async function open() {
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((each) => new URL(each.url).pathname === NOTICES);
  await (there ? there.focus() : self.clients.openWindow(NOTICES));
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
