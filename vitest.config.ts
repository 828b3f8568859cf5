import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // files share their imports: loading the engine and the libraries anew for each costs more than many a test
    maxWorkers: 2,
    isolate: false,
  },
});
