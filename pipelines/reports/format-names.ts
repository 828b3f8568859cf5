/** Every format of a report; a query takes the first three. */
export const FORMATS = ["table", "csv", "json", "xlsx", "html", "parquet", "arrow"] as const;
export type Format = (typeof FORMATS)[number];
