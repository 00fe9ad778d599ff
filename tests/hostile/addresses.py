"""What anybody may write where an address is asked for, each of which ended a process once or looks as if it could."""

POINT = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
SECRET = "AAECAwQFBgcICQoLDA0ODw"
HOSTS = [
    "a..fcm.googleapis.com",
    "a" * 64 + ".fcm.googleapis.com",
    "xn--zz-.fcm.googleapis.com",
    "xn--a.fcm.googleapis.com",
    "fcm.googleapis.com:",
    "fcm.googleapis.com:0",
    "fcm.googleapis.com.",
    ".fcm.googleapis.com",
    "-.fcm.googleapis.com",
    "a_b.fcm.googleapis.com",
    "a;b.fcm.googleapis.com",
    "a'b.fcm.googleapis.com",
    "%.fcm.googleapis.com",
    "[.fcm.googleapis.com",
    "[::1].fcm.googleapis.com",
    "FCM.googleapis.com",
    "é.fcm.googleapis.com",
    "\udc80.fcm.googleapis.com",
    "@fcm.googleapis.com",
    ".".join(["a"] * 126) + ".fcm.googleapis.com",
]
"""None of which is a push service's."""
ENDPOINTS = [
    *(f"https://{host}/x" for host in HOSTS),
    "https://fcm.googleapis.com/" + "x" * 70_000,
    "https://fcm.googleapis.com/\n",
    "https://fcm.googleapis.com/\x00",
    "https://fcm.googleapis.com\\@10.0.0.1/x",
]
MAILBOXES = [
    "=?utf-8?q?=0a?=@b.jp",
    "=?utf-8?q?=40?=a@b",
    "=?utf-8?q?=40?=%@+=?",
    "=?utf-8?b?Cg==?=@b.jp",
    "=?utf-8?q?=22?==?utf-8?b?Cg==?=@?",
    "a@=?",
    "a@b..jp",
    "a@b.jp.",
    "\udc80@b.jp",
    "\u202ea@b.jp",
    "a@b.jp\u2028",
]
"""None of which a letter could go to."""
KEYS = [
    {},
    [],
    {"p256dh": "", "auth": SECRET},
    {"p256dh": POINT, "auth": ""},
    {"p256dh": "=" * 4, "auth": SECRET},
    {"p256dh": POINT[:-2] + "AA", "auth": SECRET},
    {"p256dh": "AAAA", "auth": SECRET},
    {"p256dh": [POINT], "auth": SECRET},
    {"p256dh": POINT, "auth": {"a": 1}},
    {"p256dh": POINT, "auth": "é"},
    {"p256dh": POINT, "auth": "\udc80"},
]
"""None of which anything can be enciphered for."""
