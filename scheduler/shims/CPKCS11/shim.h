// PKCS#11: what a token's module offers. Nothing is linked: the module is loaded by its path.
#ifndef GIAOBAN_CPKCS11_SHIM_H
#define GIAOBAN_CPKCS11_SHIM_H

#include <p11-kit/pkcs11.h>

#endif
