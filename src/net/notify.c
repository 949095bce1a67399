#include "net/notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The address's size; 0 when the name is none of a socket. */
static socklen_t make_address(const char *name, struct sockaddr_un *address) {
    size_t length = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || length >= sizeof address->sun_path)
        return 0;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path, name, length);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

bool net_notify(const char *socket_name, const char *state, struct error *err) {
    struct sockaddr_un address;
    if (!socket_name)
        return true;
    socklen_t size = make_address(socket_name, &address);
    if (!size)
        return error_set(err, ERROR_CONFIG, "NOTIFY_SOCKET is \"%s\", which is no name of a socket", socket_name);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size) >= 0;
    if (!ok)
        error_set_errno(err, ERROR_SYSTEM, errno, "cannot tell the service manager %s", state);
    if (fd >= 0)
        close(fd);
    return ok;
}
