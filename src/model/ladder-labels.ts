/** A place where messages are seen: the lane and its side; higher is nearer to the guest. */
export type Height = number;

interface Station {
  /** How many instances of the key were delivered here. */
  delivered: number;
  /** The instance whose last request is still to come. */
  collecting: number | undefined;
  /** Delivered here and not answered here, oldest first. */
  readonly open: number[];
}

interface KeyState {
  /** Instances in the order of their first requests. */
  readonly labels: number[];
  readonly stations: Map<Height, Station>;
  /** Responses on their way to the device, and where they were last seen. */
  readonly flying: { readonly label: number | undefined; height: Height; seenAt: number }[];
}

/**
 * Numbers the instances of a drawing where nothing better is known. The n-th group of a key at one station
 * is the n-th at every other; a response is the one that was last seen above, else it answers the oldest
 * group delivered there. A guess in the hard cases: no verdict rests on it.
 */
export class InstanceLabels {
  readonly #keys = new Map<string, KeyState>();
  #next: number;

  /** `first`: the lowest number that no event has already. */
  constructor(first: number) {
    this.#next = first;
  }

  /** `given`: the number, where it is known; the count goes on from there. */
  request(key: string, height: Height, isLast: boolean, given?: number): number {
    const state = this.#stateOf(key);
    const station = stationOf(state, height);
    const label = given ?? station.collecting ?? this.#nthLabel(state, station);
    if (given !== undefined && given !== station.collecting) learn(state, station, given);
    station.collecting = isLast ? undefined : label;
    if (isLast) station.open.push(label);
    return label;
  }

  /**
   * The response that was seen above at this very time, else the one that is longest on its way.
   * `isOrigin`: nothing above was seen to send it. No label where no group of the key was seen.
   * `given`: the number, where it is known.
   */
  response(
    key: string,
    height: Height,
    time: number,
    given?: number,
  ): { readonly label: number | undefined; readonly isOrigin: boolean } {
    const state = this.#stateOf(key);
    const station = stationOf(state, height);
    const above = state.flying.filter(
      (other) => other.height > height && (given === undefined || other.label === given),
    );
    const flight = above.find((other) => other.seenAt === time) ?? above[0];
    if (flight !== undefined) {
      flight.height = height;
      flight.seenAt = time;
      remove(station.open, flight.label);
      return { label: flight.label, isOrigin: false };
    }
    if (given !== undefined) remove(station.open, given);
    const label = given ?? station.open.shift() ?? state.labels.at(-1);
    state.flying.push({ label, height, seenAt: time });
    return { label, isOrigin: true };
  }

  /** A response of the key that was refused goes no further. */
  refused(key: string, height: Height): void {
    const { flying } = this.#stateOf(key);
    const index = flying.findIndex((other) => other.height === height);
    if (index >= 0) flying.splice(index, 1);
  }

  #nthLabel(state: KeyState, station: Station): number {
    const known = state.labels[station.delivered];
    station.delivered += 1;
    if (known !== undefined) return known;
    const label = this.#next;
    this.#next += 1;
    state.labels.push(label);
    return label;
  }

  #stateOf(key: string): KeyState {
    let state = this.#keys.get(key);
    if (state === undefined) {
      state = { labels: [], stations: new Map(), flying: [] };
      this.#keys.set(key, state);
    }
    return state;
  }
}

function stationOf(state: KeyState, height: Height): Station {
  let station = state.stations.get(height);
  if (station === undefined) {
    station = { delivered: 0, collecting: undefined, open: [] };
    state.stations.set(height, station);
  }
  return station;
}

/** The next group of the key at this station is the one after `label`. */
function learn(state: KeyState, station: Station, label: number): void {
  let index = state.labels.indexOf(label);
  if (index < 0) index = state.labels.push(label) - 1;
  station.delivered = Math.max(station.delivered, index + 1);
}

function remove(list: number[], value: number | undefined): void {
  const index = value === undefined ? -1 : list.indexOf(value);
  if (index >= 0) list.splice(index, 1);
}
