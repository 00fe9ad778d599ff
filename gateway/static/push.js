/* Pushes to this device, asked for only when the button is pressed; without this script the rest of the page works. */
const push = document.getElementById("push");

function say(what) {
  for (const each of push.querySelectorAll("[data-said]")) each.hidden = each.dataset.said !== what;
}

async function subscribed() {
  const registration = await navigator.serviceWorker.register(push.dataset.worker);
  await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  if (old) await old.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push.dataset.key });
}

async function tell(subscription) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": push.dataset.csrf };
  const answer = await fetch(push.dataset.to, { method: "POST", headers, body: JSON.stringify(subscription) });
  if (!answer.ok) {
    await subscription.unsubscribe();
    throw new Error("not taken");
  }
}

async function agree() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  try {
    await tell(await subscribed());
    location.reload();
  } catch {
    say("failed");
  }
}

if (push && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  push.hidden = false;
  push.querySelector("button").addEventListener("click", agree);
}
