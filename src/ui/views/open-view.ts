import { InvariantError } from '../../base/assert.ts';
import type { Place } from '../state/place.ts';
import { EventsView } from './events.ts';
import { FindingsView } from './findings.ts';
import { HelpView } from './help.ts';
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
    default:
      throw new InvariantError('a view that is not there', { view: place.view });
  }
}
