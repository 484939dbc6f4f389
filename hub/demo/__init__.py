"""A whole hall on one machine: real hub, broker and firmware, virtual boards, modelled people."""
