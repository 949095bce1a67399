/* Socket addresses: text, port, loopback. Inside net only. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_BYTES = 64 };

/* "127.0.0.1:54321", "[::1]:54321", or "local" for what is no internet address. An IPv4 address mapped into IPv6 is
 * shown as the IPv4 address that it is. */
void address_format(const struct sockaddr *address, char text[ADDRESS_TEXT_BYTES]);
/* True for loopback addresses and for what is no internet address. */
bool address_is_loopback(const struct sockaddr *address);
void address_set_port(struct sockaddr_storage *address, uint16_t port);
/* The socket's own port; 0 when it has none. */
uint16_t address_port_of_socket(int fd);

#endif
