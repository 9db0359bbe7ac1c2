// Pango and cairo: text set in lines, on pages that become a PDF.
#ifndef GIAOBAN_CPANGO_SHIM_H
#define GIAOBAN_CPANGO_SHIM_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#endif
