const SHORT_PCI_NAME = /^[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** A device name as people type it, in the form of the logs: lower case, `01:00.0` with segment 0000. */
export function normaliseDeviceName(name: string): string {
  const lower = name.trim().toLowerCase();
  return SHORT_PCI_NAME.test(lower) ? `0000:${lower}` : lower;
}
