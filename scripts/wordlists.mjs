// Compiles the common passwords and Italian words that credential refuses into credential/common.txt, and the
// 500 most used passwords among them into credential/top.txt.
//
//   npm install --prefix /tmp/wordlists @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-it@3.0.2
//   node scripts/wordlists.mjs /tmp/wordlists credential
//
// Each file is one word a line, folded as the program folds (NFKD, no accents, lower case), at least four
// characters long, sorted by bytes, each once. The program searches the text in place, so the order matters.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

const [dir, out] = process.argv.slice(2);
if (!dir || !out) {
  console.error("usage: wordlists.mjs DIR-WITH-NODE_MODULES OUTPUT-DIR");
  process.exit(2);
}
const require = createRequire(resolve(dir, "package.json"));
const lists = [require("@zxcvbn-ts/language-common"), require("@zxcvbn-ts/language-it")].map(
  (m) => (m.default ?? m).dictionary ?? m.dictionary,
);

const fold = (word) => word.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
const wanted = ["passwords-common", "commonWords", "firstnames", "lastnames"];
const words = new Set();
for (const list of lists) {
  for (const [name, entries] of Object.entries(list)) {
    if (!wanted.includes(name)) continue;
    for (const entry of entries) {
      const word = fold(String(entry));
      if ([...word].length >= 4 && !/\s/.test(word)) words.add(word);
    }
    console.log(`${name}: ${entries.length}`);
  }
}
const write = (file, list) => {
  const sorted = [...list].map((w) => Buffer.from(w)).sort(Buffer.compare);
  writeFileSync(resolve(out, file), Buffer.concat(sorted.flatMap((w) => [w, Buffer.from("\n")])));
  console.log(`${file}: ${sorted.length} words`);
};
write("common.txt", words);
write("top.txt", [...words].slice(0, 500)); // the list of passwords comes first, the most used at its head
