//! Chance that can be repeated: the same seed throws the same.

/// Dice of a seed.
pub struct Dice(u64);

impl Dice {
    /// Dice that throw the same each time they are made of this seed.
    pub fn of(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1))
    }

    /// A number below `sides`.
    pub fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// Whether something happens that does `percent` times of a hundred.
    pub fn happens(&mut self, percent: usize) -> bool {
        self.throw(100) < percent
    }

    /// A number as a script holds it.
    pub fn small(&mut self, sides: u8) -> u8 {
        u8::try_from(self.throw(sides.into())).unwrap()
    }
}
