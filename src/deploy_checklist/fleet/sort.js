"use strict";
// Each heading becomes a button that sorts by its column; without scripts the page keeps its order.
{
  const table = document.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keyed = (row, column) => [row.cells[column].dataset.key ?? row.cells[column].textContent, row];
  const sort = (column) => {
    const ascending = heads[column].getAttribute("aria-sort") !== "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows].map((row) => keyed(row, column));
    // An empty cell stands last in both directions.
    rows.sort(([a], [b]) => !a - !b || (ascending ? collator.compare(a, b) : collator.compare(b, a)));
    const sorted = document.createDocumentFragment();
    for (const [, row] of rows) sorted.append(row);
    table.tBodies[0].append(sorted);
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(column));
    head.append(button);
  });
}
