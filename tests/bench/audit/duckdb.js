// node duckdb.js FOLDER THREADS: the twelve rules of the audit by DuckDB, over rx.csv, staff.csv
// and price.csv of FOLDER. A line a rule: «R1 count row row …», the first 20 rows, from 1; of a
// group its first row. Only the columns that rules name are kept; rules over rows are one pass.
const { DuckDBInstance } = require('@duckdb/node-api');
const [folder, threads] = process.argv.slice(2);

const columns = {
  rx: { rx_id: 'VARCHAR', patient_id: 'VARCHAR', date: 'DATE', visit_type: 'VARCHAR',
    department: 'VARCHAR', prescriber_id: 'VARCHAR', drug_code: 'VARCHAR', drug_name: 'VARCHAR',
    dose: 'VARCHAR', days: 'INTEGER', qty: 'INTEGER', amount: 'DOUBLE', reason: 'VARCHAR' },
  staff: { prescriber_id: 'VARCHAR', name: 'VARCHAR', expiry: 'DATE', dept: 'VARCHAR', rights: 'VARCHAR' },
  price: { drug_code: 'VARCHAR', drug_name: 'VARCHAR', ceiling: 'DOUBLE', controlled: 'INTEGER' },
};
const kept = { rx: 'rx_id, patient_id, date, visit_type, department, prescriber_id, drug_code, days, qty, amount, reason',
  staff: 'prescriber_id, expiry, dept', price: 'drug_code, ceiling, controlled' };

// Over x, with its prescriber s and the price p of its drug.
const rows = {
  R1: `visit_type = '门诊' AND days > 7 AND coalesce(reason, '') = ''`,
  R2: `visit_type = '急诊' AND days > 3 AND coalesce(reason, '') = ''`,
  R4: `s.prescriber_id IS NULL`,
  R5: `s.expiry < x.date`,
  R6: `coalesce(department, '') <> '' AND s.dept <> department`,
  R7: `qty > 0 AND amount > 0 AND amount / qty > p.ceiling`,
  R8: `amount <= 0 OR qty <= 0`,
  R10: `p.controlled = 1 AND visit_type = '急诊' AND days > 1`,
  R12: `coalesce(department, '') = ''`,
};
// Queries with a row number `row`. Candidates are narrowed down first, which is faster; sums are of
// doubles, so half a fen above the limit is asked for.
const groups = {
  R3: `SELECT min(rowid) + 1 AS row FROM rx
    WHERE rx_id IN (SELECT rx_id FROM rx GROUP BY rx_id HAVING count(*) > 5)
    GROUP BY rx_id HAVING count(DISTINCT drug_code) > 5`,
  R9: `SELECT row FROM (SELECT row, date - lag(date) OVER (PARTITION BY patient_id, drug_code ORDER BY date, row) AS since
      FROM (SELECT rowid + 1 AS row, patient_id, drug_code, date FROM rx WHERE (patient_id, drug_code) IN
        (SELECT (patient_id, drug_code) FROM rx GROUP BY patient_id, drug_code HAVING count(*) > 1)))
    WHERE since <= 3`,
  R11: `SELECT min(rowid) + 1 AS row FROM rx GROUP BY patient_id, date HAVING sum(amount) > 5000.005`,
};

async function main() {
  const instance = await DuckDBInstance.create(':memory:', { threads });
  const connection = await instance.connect();
  const first = async sql => (await connection.runAndReadAll(sql)).getRowsJson()[0];
  for (const table of Object.keys(columns)) {
    const types = Object.entries(columns[table]).map(([name, type]) => `${name}: '${type}'`).join(', ');
    await connection.run(`CREATE TEMP TABLE ${table} AS SELECT ${kept[table]} FROM read_csv('${folder}/${table}.csv',
      header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {${types}})`);
  }
  const found = {};
  const sums = Object.values(rows).map(rule =>
    `count(*) FILTER (WHERE ${rule}), min(x.rowid + 1, 20) FILTER (WHERE ${rule})`).join(', ');
  const row = await first(`SELECT ${sums} FROM rx x LEFT JOIN staff s USING (prescriber_id) LEFT JOIN price p USING (drug_code)`);
  Object.keys(rows).forEach((name, i) => { found[name] = [row[2 * i], row[2 * i + 1]]; });
  for (const name of Object.keys(groups))
    found[name] = await first(`SELECT count(*), min(row, 20) FROM (${groups[name]})`);
  for (let i = 1; i <= 12; i++)
    console.log(['R' + i, found['R' + i][0], ...(found['R' + i][1] || [])].join(' '));
}

main().catch(error => { console.error(error); process.exit(3); });
