/**
 * The instruments of every .csd, numbered as instruments.ts lists the timbres. p4: loudness, 0 to 1; p5: MIDI pitch; p6: place,
 * 0 left to 1 right; p7: brightness, 0 to 1. Each fades to silence within its own note.
 */
export const orchestra = `sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

opcode place, 0, ai
  aSound, iPlace xin
  outs aSound * sqrt(1 - iPlace), aSound * sqrt(iPlace)
endop

instr 1 ; plucked
  iPitch = cpsmidinn(p5)
  aString pluck p4, iPitch, iPitch, 0, 1
  aString tone aString, 800 + p7 * 8000
  place aString * linseg(1, p3 * 0.8, 1, p3 * 0.2, 0), p6
endin

instr 2 ; bowed
  iPitch = cpsmidinn(p5)
  kVibrato lfo iPitch * 0.006, 5
  aString vco2 p4 * 0.8, iPitch + kVibrato
  aString tone aString, iPitch * (2 + p7 * 6)
  place aString * linseg(0, p3 * 0.15, 1, p3 * 0.65, 0.9, p3 * 0.2, 0), p6
endin

instr 3 ; blown
  iPitch = cpsmidinn(p5)
  aReed oscili p4 * 0.7, iPitch
  aOvertone oscili p4 * 0.4 * p7, iPitch * 3
  aBreath rand p4 * 0.05 * (1 - p7)
  place (aReed + aOvertone + aBreath) * linseg(0, p3 * 0.1, 1, p3 * 0.7, 0.8, p3 * 0.2, 0), p6
endin

instr 4 ; brass
  iPitch = cpsmidinn(p5)
  kBlare linseg 0, p3 * 0.15, 1 + p7 * 3, p3 * 0.85, 0.5
  aHorn foscili p4 * 0.8, iPitch, 1, 1, kBlare
  place aHorn * linseg(0, p3 * 0.1, 1, p3 * 0.7, 0.8, p3 * 0.2, 0), p6
endin

instr 5 ; struck
  iPitch = cpsmidinn(p5)
  kRing linseg 1 + p7 * 4, p3, 0
  aBell foscili p4, iPitch, 1, 3.5, kRing
  place aBell * expseg(1, p3 * 0.9, 0.1, p3 * 0.1, 0.001), p6
endin

instr 6 ; held
  iPitch = cpsmidinn(p5)
  aPipe oscili p4 * 0.6, iPitch
  aOctave oscili p4 * 0.3 * p7, iPitch * 2
  aSecond oscili p4 * 0.3, iPitch * 1.003
  place (aPipe + aOctave + aSecond) * linseg(0, p3 * 0.2, 1, p3 * 0.6, 1, p3 * 0.2, 0), p6
endin
`;
