/** `faultlog formats ladder`: the notation, for people who write one. */
export const LADDER_HELP = `A ladder is a text drawing of who saw which message when: one column a lane, time downwards.

    # Dev         Host        mdev drv       VFIO/QEMU        Guest
    1                     <- reg(handler)
    2 PR1 G1 P1    ->         M1 PR1 G1        inject ->     M1 PR1 G1
    3                     <- unreg(handler)
    4       <- PS1 G1 P1 (F)      |
    5 PR2 G1 P1  --.
    6               \\                         .------------- M1 PS1 G1
    7                '----->  PR2 G1 P1  ->  /   inject  --> M1 PR2 G1
    8           accept <---  PS1 G1 P1  <--'
    9           reject <---  PS2 G1 P1  <------------------ M1 PS2 G1

HEADING  '#' and the lanes, from the device up: Dev, Host, mdev drv, VFIO/QEMU, Guest, or other names for
  them (device, IOMMU, driver, QEMU, VMM, VM, ...). Leave out the lanes that nobody recorded; a lane in
  brackets, (Dev), is drawn but was not recorded. Without a heading the columns are those above. A text
  belongs to the heading that it stands under. A PCI name (0000:01:00.0) may stand for Dev.
STEPS    Each row begins with its step number. Rows without one belong to the step above. Steps only give
  the order: no time-out and no latency is judged. With 'time' in the heading (# time Dev ...) seconds
  follow the step, 1234.567890, or +0.000012 after the row above. '# step 9: 1234.567890' says it elsewhere.
MESSAGES PR1 is the page request of instance 1, PS1 its response, SM1 a stop marker; G is the PRGI and P the
  PASID (decimal or 0x...), P- for no PASID. M1 is the mdev or guest that it belongs to, D2 a second device.
  M- says no mdev where PR1 has one. What a text leaves out (PASID, M) is what PR1 says elsewhere. Instances without number: PR G1 P1.
  PR1+   not the last request of its group: more follow
  (F) (I) (A) (R)  code failure, invalid request, abort, reserved value; without: success, (S)
ARROWS   -> a request moves right, <- a response moves left. An arrow that passes a lane was seen there too.
  An arrow that takes time leaves with '--.' (or '.--' to the left), goes down line by line with \\ / | and
  arrives with '-> (or <-'). Lines may cross: X, or a gap in the horizontal one.
  --~ and ~->   the two halves of an arrow whose line is not drawn
  --x           sent, never arrived        ?->   arrived, nobody saw it sent
  A text without arrow was seen in its own lane only.
WORDS    accept, reject: what the host did with the response that arrives; accept also sends it to the device.
  'accept ??': not known. 'taken': accepted, what is sent on stands elsewhere. inject: the VMM hands it on.
EVENTS   in the lane that saw them, or with an arrow to the lane that is told: reg(handler), unreg(handler),
  bind P1, unbind P1, attach P1, detach P1, reset, drain P1, drain(start), drain(end), discard G1, overflow,
  refuse, read(64), write(16), fault, error, gap(12), suppressed(3).
NAMES    # M1 = vm3    # D2 = 0000:02:00.0    # Dev = 0000:01:00.0    # PR12 = M1 G344 P17 (for a short PR12~)
  Other '#' lines and everything behind ';' are comments; '>' of a quoted mail and code fences are skipped.

Box characters (─ ▶ ╲ │ ╰) mean the same as the ASCII ones.
`;
