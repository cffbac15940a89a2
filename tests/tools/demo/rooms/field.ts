/** Out there. */
export const field = `
noor: Ferry is late, crates are dry, Tomáš has found waffles. All systems nominal.
  + 🧇 tomas hanna kofi
tomas: The brown ones. With the cheese. I understand now.
mara: Please also find the pier.

tomas: Pier 3 has a ladder after all, but the lowest rungs are under mussels. We need the long bracket.
kofi: How long is long?
tomas: I would say 1.2 m from the last dry bolt.
kofi: Then the 1.5 with the two clamps. It is in the blue crate, under the rope, because of course it is.
tomas: Found it. And a sandwich of unknown age.
  + 🤢 noor kofi leo
leo: So *that* is where it went

noor: Gauge 1 hangs. Depth at the foot 4.32 m, wire is straight, antenna sees the mast on the hill. First packet at 14:06.
ines: I see it! 14:06:11 here. Pressure looks plausible, temperature says 9.4.
noor: The water agrees. My boots, too.
  + 🥾 tomas mara
mara: Beautiful. Leave it alone for an hour, then zero it against the staff.

tomas: A seal has decided that gauge 2 is hers.
  + 🦭 noor mara ines kofi yuki leo
ines: That explains the 12 cm wave every forty seconds.
mara: Is she… scratching her back on it?
tomas: With great care and for a long time.
jonas: I can filter seals. Give me a spectrum.
  + 😂 ines mara tomas noor

mara: Checklist for the next two, from what we learned:
| - long bracket first, *then* the ladder
| - zero against the staff **after** the ferry has left
| - spare O-rings in a pocket, not in the crate
| - photograph the serial number before it goes under
  + 👍 noor tomas kofi
  + 🙏 ines
  pinned
kofi: Printing this and gluing it into every crate.

noor: Storm warning for tonight: 22 m/s from the south-west, gusts above 30. Both gauges are clamped twice.
ines: Sampling is on fast already, it noticed before the weather service did.
  + 🤓 yuki jonas
mara: Nobody goes onto that pier before the morning. I mean it.
  + 👍 noor tomas
noor: Hotel, soup, window seat. We watch your graphs.
ines: 2.1 m significant wave height at 02:40. Both are fine. I am going to bed.
mara: Went out at first light: clamps did not move a millimetre. Kofi, take a bow.
  + 🙇 kofi
  + 👏 noor tomas jonas hanna
`
