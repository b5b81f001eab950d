"use strict";
// Each heading becomes a button that sorts by its column; without scripts the page keeps its order.
{
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll("thead th")];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keyed = (row, column) => [row.cells[column].dataset.key ?? row.cells[column].textContent, row];
  const sort = (column) => {
    const ascending = heads[column].getAttribute("aria-sort") !== "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const rows = [...body.rows].map((row) => keyed(row, column));
    // An empty cell stands last in both directions.
    rows.sort(([a], [b]) => !a - !b || (ascending ? collator.compare(a, b) : collator.compare(b, a)));
    body.replaceChildren(); // to move 10,000 rows one after another takes seconds
    body.append(...rows.map(([, row]) => row));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(column));
    head.append(button);
  });
}
