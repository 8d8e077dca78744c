// Meetings and due dates as calendars, read by ical.js, which Thunderbird reads calendars with; tests/http/formats.py has another reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import ICAL from "ical.js";
import { serve } from "../server.mjs";

const day = 24 * 3600 * 1000;
const told = (date) => new Date(`${date}T00:00:00Z`).getTime();

test("calendars are read by ical.js, and end on the day after", async () => {
  const { base, close } = await serve();
  try {
    for (const [kind, first] of [["meetings", "start"], ["commitments", "due"]]) {
      const { records } = await (await fetch(`${base}/en/${kind}.json?first=all`)).json();
      const stated = new Map(records.filter(({ body }) => body[first]).map((record) => [record.id, record.body]));
      for (const language of ["en", "zh", "ru"]) {
        const calendar = new ICAL.Component(ICAL.parse(await (await fetch(`${base}/${language}/${kind}.ics`)).text()));
        assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
        const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
        assert.equal(events.length, stated.size);
        for (const event of events) {
          const body = stated.get(event.component.getFirstPropertyValue("url").split("/").pop());
          assert.ok(body && event.uid && event.summary);
          assert.ok(event.startDate.isDate && event.endDate.isDate, "whole days");
          const from = told(event.startDate.toString()), to = told(event.endDate.toString());
          assert.ok(to - from >= day);
          if (kind === "meetings" && body.start.length === 10)
            assert.deepEqual([from, to - day], [told(body.start), told(body.end ?? body.start)]);
          if (kind === "commitments") assert.equal(to - from, day);
        }
      }
    }
  } finally {
    await close();
  }
});
