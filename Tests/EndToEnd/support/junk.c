// Sends RATE datagrams of junk a second to ADDRESS:PORT for SECONDS: handshakes, media and noise of nobody's.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count != 5) return 2;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
    inet_pton(AF_INET, arguments[1], &to.sin_addr);
    long rate = atol(arguments[3]), seconds = atol(arguments[4]), sent = 0;
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    connect(descriptor, (struct sockaddr *)&to, sizeof to);
    static uint8_t bytes[64][400];
    struct mmsghdr messages[64];
    struct iovec vectors[64];
    memset(messages, 0, sizeof messages);
    uint32_t seed = 1;
    const uint8_t first[] = {0, 1, 20, 22, 63, 128, 144, 191, 200, 255};
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 400; j++) bytes[i][j] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
        bytes[i][0] = first[i % sizeof first];
        vectors[i].iov_base = bytes[i];
        vectors[i].iov_len = 20 + (size_t)i * 5;
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (1) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        double elapsed = (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
        if (elapsed >= (double)seconds) break;
        if ((double)sent > elapsed * (double)rate) {
            usleep(500);
            continue;
        }
        int done = sendmmsg(descriptor, messages, 64, 0);
        if (done > 0) sent += done;
    }
    printf("%ld\n", sent);
    return 0;
}
