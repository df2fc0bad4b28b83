import type { Place } from '../state/place.ts';
import { EventsView } from './events.ts';
import { FindingsView } from './findings.ts';
import { GroupsView } from './groups.ts';
import { HelpView } from './help.ts';
import { LadderView } from './ladder.ts';
import { LatencyView } from './latency.ts';
import { OverviewView } from './overview.ts';
import { RawView } from './raw.ts';
import type { View, ViewContext } from './view.ts';

/** The view of a place. */
export function openView(place: Place, context: ViewContext): View {
  switch (place.view) {
    case 'overview':
      return new OverviewView(place, context);
    case 'help':
      return new HelpView(place, context);
    case 'findings':
      return new FindingsView(place, context);
    case 'events':
      return new EventsView(place, context);
    case 'raw':
      return new RawView(place, context);
    case 'groups':
      return new GroupsView(place, context);
    case 'ladder':
      return new LadderView(place, context);
    case 'latency':
      return new LatencyView(place, context);
    default:
      return place satisfies never;
  }
}
