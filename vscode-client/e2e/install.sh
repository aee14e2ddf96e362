#!/usr/bin/env bash
# Installs what the tests in a real VS Code use: Chromium, and in DIR code-server with the Node.js it wants, and a driver.
#
# usage: install.sh DIR        then: HOLEGRAM_VSCODE=DIR HOLEGRAM_SERVER=$(command -v holegram) npm run e2e
# A second call with the same DIR installs nothing and takes a second.
set -euo pipefail

directory=${1:?usage: install.sh DIR}
packages=(chromium libkrb5-dev pkg-config g++ make python3 fonts-dejavu-core)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p "$directory"
cd "$directory"
[ -f package.json ] || echo '{ "private": true }' >package.json
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
[ -x node_modules/.bin/node ] || npm install --silent --no-package-lock node@24
export PATH="$PWD/node_modules/.bin:$PATH"
# code-server compiles parts of itself, and refuses to do so as root unless told that this is meant.
[ -d node_modules/code-server/lib/vscode ] ||
    npm_config_unsafe_perm=true npm install --silent --no-package-lock code-server@4.139.1
[ -d node_modules/playwright-core ] || npm install --silent --no-package-lock playwright-core@1
