#!/bin/sh
# Makes sure of a browser for the tests and of letters for its pages, whatever the machine is; $1: where to write what was done.
# KAIRAN_BROWSER names another Chromium than the one on PATH.
packages="chromium fonts-ipaexfont-gothic fonts-noto-cjk"
log=${1:-/dev/null}

is_there() {
    command -v "${KAIRAN_BROWSER:-chromium}" >/dev/null && [ -n "$(fc-list :lang=ja 2>/dev/null)" ] && [ -n "$(fc-list :lang=ko 2>/dev/null)" ]
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    $1 apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 update && $1 apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 install --yes --no-install-recommends $packages
}

is_there && exit 0
echo "kairan: installing Debian's $packages for the browser tests (once, about a minute) …"
if [ "$(id -u)" = 0 ]; then as=""; else as="sudo -n"; fi
command -v apt-get >/dev/null && install "$as" >"$log" 2>&1
is_there && exit 0
echo "kairan: the browser tests need Chromium and fonts for Japanese and Korean, and could not install them ($log says why)." \
    "Install them (Debian: apt-get install $packages), or name a Chromium by KAIRAN_BROWSER, then run the same command again."
exit 1
