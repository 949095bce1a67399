#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

/* The IPv4 address inside, or false. */
static bool ipv4_of(const struct sockaddr *address, struct in_addr *ipv4) {
    if (address->sa_family == AF_INET) {
        *ipv4 = ((const struct sockaddr_in *)address)->sin_addr;
        return true;
    }
    if (address->sa_family != AF_INET6)
        return false;
    const uint8_t *bytes = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(&((const struct sockaddr_in6 *)address)->sin6_addr))
        return false;
    ipv4->s_addr = htonl((uint32_t)bytes[12] << 24 | (uint32_t)bytes[13] << 16 | (uint32_t)bytes[14] << 8 | bytes[15]);
    return true;
}

static uint16_t port_of(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)address)->sin_port);
    if (address->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    return 0;
}

void address_format(const struct sockaddr *address, char text[ADDRESS_TEXT_BYTES]) {
    char host[INET6_ADDRSTRLEN];
    struct in_addr ipv4;
    if (ipv4_of(address, &ipv4)) {
        inet_ntop(AF_INET, &ipv4, host, sizeof host);
        snprintf(text, ADDRESS_TEXT_BYTES, "%s:%u", host, port_of(address));
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, host, sizeof host);
        snprintf(text, ADDRESS_TEXT_BYTES, "[%s]:%u", host, port_of(address));
    } else {
        snprintf(text, ADDRESS_TEXT_BYTES, "local");
    }
}

bool address_is_loopback(const struct sockaddr *address) {
    struct in_addr ipv4;
    if (ipv4_of(address, &ipv4))
        return ntohl(ipv4.s_addr) >> 24 == IN_LOOPBACKNET;
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
    return true;
}

void address_set_port(struct sockaddr_storage *address, uint16_t port) {
    if (address->ss_family == AF_INET)
        ((struct sockaddr_in *)address)->sin_port = htons(port);
    else if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

uint16_t address_port_of_socket(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return 0;
    return port_of((struct sockaddr *)&address);
}
