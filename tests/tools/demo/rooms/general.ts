/** What everybody reads. */
export const general = `
hanna: Good morning, everybody. The new harbour contract is signed: twelve gauges for Bergen, first two in the water by the end of the month. :tada:
  + 🎉 mara jonas ines yuki sam kofi noor
  + 🌊 leo elif
jonas: Twelve! That is more than we built all of last year.
mara: It is, and it is why I have been so annoying about the spare parts list. Thank you for putting up with me.
  + ❤️ hanna jonas
kofi: For the record: I was never annoyed. Much.
  + 😄 mara hanna sam

sam: Reminder that the fire drill is at 11 today. Please save your work *before* the bell and not during it.
  + 👍 elif leo priya
yuki: Last time the bell was my build failing.
  + 😂 sam jonas ines priya kofi

hanna: Travel for Bergen is booked. Noor and Tomáš leave on Tuesday, Mara joins for the installation. If you need something brought back, tell Noor.
noor: I take orders for brown cheese only.
  + 🧀 leo hanna yuki
leo: Two, please.

elif: The kitchen has a new coffee machine. It has a display. It wants a firmware update.
jonas: Nobody touch it, I have ideas.
  + 😱 elif sam hanna
  + 😂 mara yuki
priya: No.
  + 💯 hanna elif

mara: First two gauges are **in the water**. Both are talking to us, batteries at 98 %, and the tide is doing what the almanac says it should.
  + 🎉 hanna jonas ines tomas yuki priya elif sam leo kofi
  + 🌊 noor
  pinned
hanna: Wonderful. Cake on Friday, four o'clock, and I want to hear the story with the seal.
noor (re 1): There will be pictures. The seal did not sign a release form.
  + 🦭 hanna mara leo elif

sam: The lease for the second workshop is through. Keys are with me. It smells of diesel and success.
kofi: When can we move the test tank?
sam: Whenever you find four people and a Saturday.
kofi: @jonas @leo @yuki hello, dear friends
  + 👀 jonas
leo: I have a very old back, but I can drive the van.

hanna: Cake is in the kitchen. The seal story starts in ten minutes, with or without you.
  + 🍰 mara yuki sam priya elif jonas
ines: On my way, save me a piece with berries
`
