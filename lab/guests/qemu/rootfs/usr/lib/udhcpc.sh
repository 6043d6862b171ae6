#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What udhcpc calls when it has a lease, or has lost it: it sets interface, ip and mask.
case $1 in
deconfig) ip -4 address flush dev "$interface" ;;
bound | renew)
	ip -4 address flush dev "$interface"
	ip address add "$ip/$mask" dev "$interface"
	;;
esac
