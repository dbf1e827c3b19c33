/* init.h: the two kinds of workspaces that init makes. */
#ifndef ZC_COMMAND_INIT_H
#define ZC_COMMAND_INIT_H

#include "cli/option.h"

/* `init DIR --office`: an office's. Returns the exit status. */
int zc_init_office(zc_cli *cli);

#endif
