// The same questions about figures, asked of the server, of sqlite3's shell and of DuckDB, one after the other.
//
//   node bench/figures.mjs http://127.0.0.1:8080 FOLDER PLAIN.db [ROUNDS]
//
// FOLDER is the register folder that the server's register was made of, PLAIN.db the same files in plain tables of SQLite, with an index
// on each column that is asked for. DuckDB reads them into tables of its own. Every question is asked ROUNDS times (30), each
// time of another series or indicator; the server under addresses that its cache does not know. What the three answer is compared
// first: a wrong answer ends the program.
import { DuckDBInstance } from "@duckdb/node-api";
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

const [url, folder, plain, rounds = "30"] = process.argv.slice(2);
if (!plain) {
    console.error("usage: node bench/figures.mjs URL FOLDER PLAIN.db [ROUNDS]");
    process.exit(2);
}

/** A query that means the same, at an address that no cache knows: each letter of the position as it is or encoded. */
const { state } = await (await fetch(`${url}/healthz`)).json();
const position = `@${state.match(/^\d+/)[0]}`;
let asked = 0;
function anew(path) {
    let bit = ++asked;
    const written = [...`as_of=${position}`].map((letter) => {
        if (letter === "=") return letter;
        const encode = bit & 1;
        bit >>= 1;
        return encode ? `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}` : letter;
    });
    return `${url}${path}${path.includes("?") ? "&" : "?"}${written.join("")}`;
}

/** sqlite3's shell, kept open: gives the rows of a query, and what it took by the shell's own clock, in milliseconds. */
const shell = spawn("sqlite3", ["-readonly", "-csv", plain], { stdio: ["pipe", "pipe", "inherit"] });
let told = "";
let waiting;
shell.stdout.setEncoding("utf8").on("data", (piece) => {
    told += piece;
    const end = told.match(/Run Time: real ([\d.]+)[^\n]*\n/);
    if (!end || !waiting) return;
    const rows = told.slice(0, end.index).split(/\r?\n/).filter(Boolean).map((line) => line.split(","));
    told = "";
    waiting({ rows, ms: Number(end[1]) * 1000 });
});
shell.stdin.write(".timer on\n");
const sqlite = (query) =>
    new Promise((resolve) => {
        waiting = resolve;
        shell.stdin.write(`${query};\n`);
    });

const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
for (const table of ["series", "observations"])
    await duckdb.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${folder}/${table}.csv', all_varchar = true)`);
await duckdb.run("ALTER TABLE observations ALTER value TYPE DOUBLE");
async function duck(query) {
    const begun = performance.now();
    const rows = (await (await duckdb.runAndReadAll(query)).getRows()).map((row) => row.map(String));
    return { rows, ms: performance.now() - begun };
}

async function tamga(path, read) {
    const begun = performance.now();
    const answer = await fetch(anew(path));
    const text = await answer.text();
    const ms = performance.now() - begun;
    if (answer.status !== 200) throw new Error(`${path}: status ${answer.status}`);
    return { rows: read(text), ms };
}

const number = (text) => Number(text);
const sorted = (rows) => rows.map((row) => row.join(" ")).sort();
const series = (at) => `series-${(at * 131 + 7) % 10000}`;
const indicator = (at) => `trade-${(at * 37 + 3) % 2500}`;

/** Of each question what it is called, where the server answers it, what of the answer is compared, and the query for the others. */
const questions = [
    {
        name: "all figures, counted",
        path: () => "/en/observations.json?first=1",
        read: (text) => [[String(JSON.parse(text).total)]],
        query: () => "SELECT count(*) FROM observations",
    },
    {
        name: "figures of a series with a word, counted",
        path: (at) => `/en/observations.json?first=1&qualifier=about&series=${series(at)}`,
        read: (text) => [[String(JSON.parse(text).count)]],
        query: (at) => `SELECT count(*) FROM observations WHERE series = '${series(at)}' AND qualifier = 'about'`,
    },
    {
        name: "an indicator by period: how many tell it, least, most",
        path: (at) => `/en/indicators/${indicator(at)}/figures.json`,
        read: (text) =>
            JSON.parse(text).comparison.map(({ period, figures }) => {
                const values = figures.map((one) => number(one.value));
                return [period, String(values.length), String(Math.min(...values)), String(Math.max(...values))];
            }),
        query: (at) =>
            "SELECT period, count(*), min(CAST(value AS BIGINT)), max(CAST(value AS BIGINT)) FROM observations " +
            `WHERE series IN (SELECT id FROM series WHERE indicator = '${indicator(at)}') GROUP BY period`,
    },
    {
        name: "the chart of a series (SVG); its newest figures",
        path: (at) => `/en/series/${series(at)}.svg`,
        read: (text) => [[String(text.startsWith("<svg"))]],
        // What a chart is drawn of; the drawing is the server's alone.
        query: (at) => `SELECT period, value FROM observations WHERE series = '${series(at)}' ORDER BY period DESC LIMIT 1000`,
        compare: false,
    },
    {
        name: "figures of a series, downloaded as CSV",
        path: (at) => `/en/observations.csv?series=${series(at)}`,
        read: (text) => text.split("\r\n").slice(1).filter(Boolean).map((line) => [line.split(",")[0]]),
        query: (at) => `SELECT id FROM observations WHERE series = '${series(at)}'`,
    },
];

const nth = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
console.log(`${"question".padEnd(56)}${["tamga p50", "p99", "sqlite3", "duckdb", "/ duckdb"].map((one) => one.padStart(11)).join("")}  (ms)`);
for (const { name, path, read, query, compare = true } of questions) {
    const took = { tamga: [], sqlite: [], duck: [] };
    for (let at = 0; at <= Number(rounds); ++at) {
        const answers = { tamga: await tamga(path(at), read), sqlite: await sqlite(query(at)), duck: await duck(query(at)) };
        const [ours, theirs, others] = [answers.tamga, answers.sqlite, answers.duck].map(({ rows }) => sorted(rows).join("\n"));
        if (compare && (ours !== theirs || ours !== others || ours === "")) {
            console.error(`${path(at)}: not the same answer\n--- tamga\n${ours.slice(0, 500)}\n--- sqlite3\n${theirs.slice(0, 500)}\n--- duckdb\n${others.slice(0, 500)}`);
            process.exit(1);
        }
        // The first of each fills the caches of the machine.
        if (at > 0) for (const [who, { ms }] of Object.entries(answers)) took[who].push(ms);
    }
    const cells = [nth(took.tamga, 0.5), nth(took.tamga, 0.99), nth(took.sqlite, 0.5), nth(took.duck, 0.5)];
    console.log(name.padEnd(56) + [...cells, cells[0] / cells[3]].map((one) => one.toFixed(1).padStart(11)).join(""));
}

// All of them as one file, beside DuckDB's own of the same rows.
const begun = performance.now();
const download = await fetch(anew("/en/observations.csv"), { headers: { "Accept-Encoding": "identity" } });
let first = 0;
let bytes = 0;
let lines = 0;
for await (const piece of download.body) {
    first ||= performance.now() - begun;
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) ++lines;
}
const all = performance.now() - begun;
const [[count]] = (await duck("SELECT count(*) FROM observations")).rows;
if (lines !== Number(count) + 1) {
    console.error(`the download has ${lines} lines, and there are ${count} figures`);
    process.exit(1);
}
const copied = (await duck("COPY observations TO '/dev/null' (FORMAT csv)")).ms;
console.log(
    `all figures, downloaded as CSV (${(bytes / 1e6).toFixed(0)} MB): first bytes after ${first.toFixed(0)} ms, the last after ` +
        `${(all / 1000).toFixed(1)} s; DuckDB writes them in ${(copied / 1000).toFixed(1)} s`,
);
shell.stdin.end();
process.exit(0);
