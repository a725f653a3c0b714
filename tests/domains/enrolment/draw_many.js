// node draw_many.js VERIFY_JS FOLDER...: the answer of the web page's script for each folder, one JSON object a line.
const fs = require("fs");
const path = require("path");
const { checkDraw } = require(path.resolve(process.argv[2]));
(async () => {
  for (const folder of process.argv.slice(3)) {
    const files = new Map();
    for (const name of fs.readdirSync(folder)) files.set(name, new Uint8Array(fs.readFileSync(path.join(folder, name))));
    process.stdout.write(JSON.stringify(await checkDraw(files)) + "\n");
  }
})();
