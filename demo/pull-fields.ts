/** A column of the reports, as `/schema` describes it. */
export type ReportField = { name: string; type: string; description: string };

/** The columns that Docker documents for `usage_pulls`; its own example has others. */
export const pullFields: readonly ReportField[] = [
  { name: "day", type: "date", description: "The UTC day" },
  { name: "namespace", type: "string", description: "The organization" },
  { name: "image_repository", type: "string", description: "The repository" },
  { name: "tag", type: "string", description: "The tag" },
  { name: "hub_username", type: "string", description: "Who pulled; empty where nobody was signed in" },
  { name: "access_token_name", type: "string", description: "The token's label" },
  { name: "event_count", type: "integer", description: "Version checks and downloads" },
];
