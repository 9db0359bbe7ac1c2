// libical: recurrence rules, time zones, iCalendar objects.
#ifndef GIAOBAN_CICAL_SHIM_H
#define GIAOBAN_CICAL_SHIM_H

#include <libical/ical.h>

#endif
