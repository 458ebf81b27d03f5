mod contract;
mod tidy;
