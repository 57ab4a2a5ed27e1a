/** Rows by id, in the order they were made. Rows are values: a change replaces the row. */
export class Table<Row extends { readonly id: number }> {
  readonly #rows = new Map<number, Row>();

  insert(row: Row): Row {
    this.#rows.set(row.id, row);
    return row;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  /** For an id that another row holds: such a row is never deleted before its holder. */
  must(id: number): Row {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }

  change(id: number, patch: Partial<Row>): Row {
    const row = { ...this.must(id), ...patch };
    this.#rows.set(id, row);
    return row;
  }

  delete(id: number): void {
    this.#rows.delete(id);
  }

  find(wanted: (row: Row) => boolean): Row | undefined {
    for (const row of this.#rows.values()) if (wanted(row)) return row;
    return undefined;
  }

  where(wanted: (row: Row) => boolean): Row[] {
    return [...this.#rows.values()].filter(wanted);
  }

  all(): Row[] {
    return [...this.#rows.values()];
  }
}
