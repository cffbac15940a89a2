/** Where the gauges learn to behave. */
export const firmware = `
jonas: Found why the gauges drift after a night at anchor. The clock is set from GPS, but only when the fix is *newer* than the last one, and after a cold start it never is:
| \`\`\`c
| if (fix.time > last_fix.time) {
|   rtc_set(fix.time);   /* last_fix survives the reset */
|   last_fix = fix;
| }
| \`\`\`
priya: Oh no. So \`last_fix\` should not be in retained memory at all?
jonas: Exactly. One line, two weeks of looking.
  + 😅 priya yuki
yuki: I owe the tide an apology, then. I have been correcting it.
  + 😂 jonas priya mara

priya: Review of the sleep rewrite is done. Three things:
| 1. The watchdog is fed from the timer interrupt, so a hung main loop never bites.
| 2. \`radio_off()\` can be called twice, and the second time it waits for ever.
| 3. I love the state diagram in the comment. Keep it.
jonas: 1 is embarrassing, 2 is in the branch already, 3 I will frame.
  + 🖼️ priya
jonas (re 1): All three done. Feeding moves to the main loop, and only when all tasks have checked in.
  + ✅ priya

yuki: Sampling at 8 Hz costs us 11 % more battery than at 4 Hz. Is it worth it?
ines: For waves, yes. For tides, nobody could tell the difference. Could it depend on the sea?
yuki: You mean: sample fast only while it is rough?
ines: Variance over the last ten minutes above some threshold, then fast. It is what the paper from Hobart does.
priya: That is 20 lines and a nice evening. I like it.
  + 🙌 yuki ines
yuki: Took it. Branch is \`adaptive-rate\`, numbers tomorrow.

yuki: Numbers from the tank, 14 hours each:
| | rate | battery per day | error |
| |---|---|---|
| | 4 Hz | 1.9 % | 4.1 mm |
| | 8 Hz | 2.1 % | 2.2 mm |
| | adaptive | 1.9 % | 2.3 mm |
  + 🤩 ines priya jonas
  pinned
jonas: That is the best table I have seen all year.
mara: So we get the good error for the old battery? Ship it before anybody finds a catch.
priya: I am paid to find the catch. Give me until Thursday.
  + 😎 mara yuki
priya (re 1): There is none. Merged.
  + 🚀 yuki jonas mara ines

kofi: Gauge 7 on the bench says \`E-BROWNOUT 3\` and blinks in a way I find judgemental.
jonas: Third brownout since when?
kofi: Since lunch.
jonas: The supply with the red sticker? That one sags under 200 mA. Use the other one.
kofi: The red sticker that says "good"?
jonas: I should not be allowed near stickers.
  + 😂 kofi priya yuki leo

priya: Release **2.4.0** is tagged. Adaptive sampling, the clock fix, and radio_off that can be called as often as you please. Changelog: https://tidewater.example/firmware/2.4.0
  + 🎉 jonas yuki ines mara kofi
jonas: Rolling out to the two in Bergen tonight, at low tide, when nobody is looking.
mara: I am always looking.
  + 👀 jonas

yuki: Update went through on both, 41 s each. They came back with the right time **and** the right tide.
jonas: This is the first update after which I slept.
  + 😴 priya mara
ines: The 03:00 window shows no gap at all. Lovely.
`
