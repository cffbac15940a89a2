/** The smaller rooms, and what is said in private. */
export const design = `
leo: New housing, second print. The lip is 0.4 mm thicker and the cap now closes with a sound that I can only call *expensive*.
  + 😍 mara hanna
kofi: Does it still fit the old bracket?
leo: It does, with the same two screws. I learned.
mara: May I have one to throw off a pier?
leo: You may have three, I know you.
  + 😂 kofi mara

leo: Which blue for the map? I have three and can no longer see any of them.
| - \`#0b6bcb\` the brave one
| - \`#2a7f9e\` the calm one
| - \`#134e6f\` the one that is late for a meeting
hanna: Calm.
  + 🔵 elif ines
elif: Calm, and it passes AA on white, which the brave one only does when bold.
leo: Calm it is. Thank you, accessible people.

elif: Dark theme of the public map is live behind the flag. Tell me what hurts.
yuki: Nothing hurts. The buoys glow a bit. I like it.
leo: The glow is mine and it stays.
  + ✨ yuki elif
`
export const random = `
kofi: Found in the van: one glove, a tide table from 2019, and a lemon.
  + 🍋 leo sam yuki
sam: The lemon is load-bearing.
yuki: Nobody move the lemon.

leo: What do you call a gauge that is always right?
jonas: Uncalibrated?
leo: Lucky.
  + 😂 jonas mara ines kofi

tomas: There is a lighthouse for sale on the coast road. I mention it for no reason.
  + 👀 noor mara leo
hanna: No.
tomas: It has a *workshop*.
hanna: Send me the listing.
  + 😂 tomas noor mara sam priya
`
export const operations = `
priya: Node 2 was replaced this morning while forty people were in the app. Nobody wrote to me. I count that as a review.
  + 🎉 sam elif jonas
sam: I was typing when it happened. The badge changed, the sentence did not.
jonas: That is the whole product in one sentence.
  + 💯 priya sam

elif: Backups of the night are green, restored into the scratch database in 41 s, row counts equal.
  + ✅ priya sam
priya: I will never get tired of that line.

sam: Disk on the archive box is at 78 %. It grows 2 % a month, so there is no panic, only a calendar entry.
priya: Put it in. And thank you for not saying "someone should".
  + 🙌 sam
`
export const board = `
hanna: Draft of the offer for Tromsø is in the folder. Twenty gauges, three years of service. Please read page four twice.
mara: Read it three times. The service price is right, the delivery date is brave.
hanna: Brave as in exciting, or as in January?
mara: As in January. In Tromsø. On a pier.
  + 🥶 hanna
hanna: March, then.
  + 👍 mara
`
export const withJonas = `
jonas: Do you have ten minutes for the antenna question before you leave?
mara: For antennas always. 15:30, your bench?
jonas: Perfect. Bring the broken one.
mara: Which of them?
  + 😅 jonas
jonas: The one that is *honestly* broken.
`
export const withInes = `
ines: The storm figures are ready. I put them where Hanna finds them and you cannot fiddle with them.
mara: You know me too well.
  + 😇 ines
ines: Also: go to bed, you have been up since the pier.
mara: In a minute. Look at that 02:40 window again, it is *beautiful*.
ines: It is. Bed.
  + 🌙 mara
`
export const trip = `
noor: Room 214, breakfast until ten, pier opens at eight. Boots are drying.
tomas: Mine are floating.
mara: I land at 19:40. Dinner?
noor: The place with the soup. Table for three at 20:30.
  + 🍲 mara tomas
tomas: I will be the one that smells of mussels.
`
