/** What the sea said, and whether it is true. */
export const data = `
ines: The residual at station 1 has a 12.4 h component left, about 3 mm. That is M2, so either the datum is off or the almanac is.
yuki: 3 mm! Most people would frame that.
ines: I am not most people.
  + 😎 yuki mara
elif: Could it be the harbour itself? Seiche plus the narrow mouth?
ines: The period is wrong for a seiche, but the mouth… good thought. I will compare with the open coast.
ines (re 3): You were right. Outside the mole it is gone.
  + 🎉 elif yuki
  edited

elif: The query for the public map takes 9 seconds on a cold morning. I would like to take the last 24 h from a materialised view.
priya: Refreshed how often?
elif: Every minute, concurrently. Users look at five-minute steps anyway.
priya: Then yes. Do you have the plan before and after?
elif: \`\`\`sql
| create materialized view last_day as
|   select station, time_bucket('5 min', at) as at, avg(level) as level
|   from readings where at > now() - interval '1 day'
|   group by 1, 2;
| create unique index on last_day (station, at);
| \`\`\`
| 9.1 s → 31 ms, and the writers do not notice.
  + 🚀 priya ines sam
priya: Approved, with envy.

sam: A customer asks whether our levels are above sea level or above the *other* sea level.
ines: There are at least four. Which country?
sam: Norway.
ines: NN2000, then, and please tell them the offset is in the header of every file: \`datum_offset_mm\`.
sam: Bless you.
  + 🙏 ines

yuki: I made a notebook that replays the storm with old and new sampling side by side. The old one misses the highest wave by 31 cm.
  + 🤯 ines mara elif priya
mara: This goes on the first page of the next offer.
hanna: It is already there. Page one, half the page.
  + 💯 yuki mara
`
