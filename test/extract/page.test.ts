import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BrokenBodyError } from "../../extract/hub/errors.ts";
import { fingerprint, slicePage } from "../../extract/page.ts";
import { recordsOf } from "../kit/at-the-hub.ts";

const at = new Date("2026-03-04T05:06:07Z");
const slice = (text: string | Buffer, key = "logs") =>
  slicePage(typeof text === "string" ? Buffer.from(text) : text, key, at);

describe("records are cut out as they were sent", () => {
  it.each<[string, string, string[]]>([
    ["one", '{"logs":[{"a":1}]}', ['{"a":1}']],
    ["with their own white space", '{"logs" : [ {"a" :  1}\n,\t{ "b":2 }\r\n] }', ['{"a" :  1}', '{ "b":2 }']],
    ["with braces in strings", '{"logs":[{"a":"}]{[,"},{"b":"]"}]}', ['{"a":"}]{[,"}', '{"b":"]"}']],
    [
      "with escaped quotes",
      String.raw`{"logs":[{"a":"\"}"},{"b":"\\"}]}`,
      [String.raw`{"a":"\"}"}`, String.raw`{"b":"\\"}`],
    ],
    ["with numbers no double can hold", '{"logs":[{"n":12345678901234567890}]}', ['{"n":12345678901234567890}']],
    ["nested deeply", '{"logs":[{"a":[[{"b":[]}],{}]},[1,[2]]]}', ['{"a":[[{"b":[]}],{}]}', "[1,[2]]"]],
    ["with a list of the same name inside", '{"meta":{"logs":[1]},"logs":[{"logs":[2]}]}', ['{"logs":[2]}']],
    ["with keys twice", '{"logs":[{"a":1,"a":2}]}', ['{"a":1,"a":2}']],
    ["that are no objects", '{"logs":[null,1,"x,y",true]}', ["null", "1", '"x,y"', "true"]],
    ["in an envelope inside an array", '[{"count":1,"logs":[{"a":1}]}]', ['{"a":1}']],
    ["beyond ASCII", '{"logs":[{"a":"🐳 é \u2028"}]}', ['{"a":"🐳 é \u2028"}']],
  ])("%s", (_, body, records) => {
    expect(recordsOf(slice(body))).toEqual(records);
  });

  it("and what stands around them is told, the list left out", () => {
    expect(slice('{"count":2,"next":null,"results":[{},{}],"x":{"y":[1]}}', "results").envelope).toEqual({
      count: 2,
      next: null,
      results: [],
      x: { y: [1] },
    });
  });

  it("for any records in any layout", () => {
    const layouts = fc.constantFrom(undefined, 1, 3, "\t", "\r\n ");
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }),
        layouts,
        fc.boolean(),
        (values, gap, array) => {
          const envelope = { count: values.length, note: '"logs":[', logs: values, next: null };
          const page = slice(JSON.stringify(array ? [envelope] : envelope, null, gap));
          expect(recordsOf(page).map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
          expect(page.envelope).toEqual({ ...envelope, logs: [] });
        },
      ),
    );
  });

  it("and equal records have equal fingerprints, different ones different", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 30 }), (texts) => {
        const page = slice(JSON.stringify({ logs: [...texts, ...texts] }));
        const prints = page.starts.map((_, i) => fingerprint(page, i));
        expect(prints.slice(texts.length)).toEqual(prints.slice(0, texts.length));
        expect(new Set(prints).size).toBe(texts.length);
      }),
    );
  });

  it("with bytes that are no UTF-8 replaced, since no reader could load them", () => {
    const body = Buffer.concat([Buffer.from('{"logs":[{"a":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}]}')]);
    expect(recordsOf(slice(body))).toEqual(['{"a":"\ufffd\ufffd"}']);
  });
});

describe("a page without records", () => {
  it.each(['{"logs":[]}', '{"logs":[ \n ]}', '{"logs":null}', "{}", "[]", '{"logs":null,"count":0}', ' {"a":"logs"} '])(
    "is %s",
    (body) => {
      expect(slice(body).starts).toEqual([]);
    },
  );
});

describe("a body is broken", () => {
  it.each<[string, string]>([
    ["when it is empty", ""],
    ["when it is white space", " \n"],
    ["when it is HTML", "<!DOCTYPE html><html><body>logs</body></html>"],
    ["when it is text", "Too Many Requests (HAP429).\n"],
    ["when it is a string", '"logs"'],
    ["when it is null", "null"],
    ["when the list is an object", '{"logs":{"a":1}}'],
    ["when the list is a text", '{"logs":"[]"}'],
    ["when an error stands behind 200", '{"message":"internal","errinfo":{}}'],
    ["when an audit error stands behind 200", '{"code":13,"details":[]}'],
    ["when a limiter's words stand behind 200", '{"detail":"Rate limit exceeded","error":false}'],
    ["when it has an empty place", '{"logs":[{},,{}]}'],
    ["when the list ends in a comma", '{"logs":[{},]}'],
    ["when the list begins with a comma", '{"logs":[,{}]}'],
    ["when brackets do not match", '{"logs":[{"a":[1}]}'],
    ["when something follows it", '{"logs":[{}]}{"logs":[{}]}'],
    ["when it is two envelopes in an array, of which one would be lost", '[{"logs":[1]},{"logs":[2]}]'],
    ["when it is a bare array of records", '[{"a":1},{"a":2}]'],
  ])("%s", (_, body) => {
    expect(() => slice(body)).toThrow(BrokenBodyError);
  });

  it("wherever it breaks off", () => {
    const whole = Buffer.from(
      '{"count":3,"logs":[{"a":"x]},\\"🐳","n":[1,{"b":null}]},\n {"c":-1.5e3},true],"next":"http://x/?page=2"}',
    );
    expect(slice(whole).starts.length).toBe(3);
    for (let end = 0; end < whole.length; end++) {
      const part = whole.subarray(0, end);
      expect(() => slice(part), part.toString()).toThrow(BrokenBodyError);
      expect(() => slice(Buffer.concat([Buffer.from("["), part])), `[${part}`).toThrow(BrokenBodyError);
    }
  });
});
