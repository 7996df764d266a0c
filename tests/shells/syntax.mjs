// usage: node --liftoff-only syntax.mjs FOLDER_OF_MODULES < SCRIPT     (without the flag, compiling the grammar takes seconds)
// Prints each place of a PowerShell script that is not PowerShell
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const modules = createRequire(process.argv[2] + "/");
const { Language, Parser } = modules("web-tree-sitter");
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(modules.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")));

const tell = (node) => {
  if (node.isError || node.isMissing) console.log(`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
  else if (node.hasError) node.children.forEach(tell);
};
tell(parser.parse(readFileSync(0, "utf8")).rootNode);
