"""The provider that needs nothing: directs by rule, draws boards, moves a camera over them."""
